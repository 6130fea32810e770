// The targets are our own; tests/bench/README.md "Missed, and why".
import { atMost, number, spread, times } from "./cells.mjs";

export function gateway(lines) {
  const all = lines("gateway.jsonl");
  const of = (what, server) => all.find((l) => l.what === what && (server === undefined || l.server === server));
  const [machine, disk, crowd] = [of("machine"), of("disk"), of("bystanders")];
  const routed = (server) => of("routed", server).cpu_us.median;
  const rows = [];
  const ratio = (name, a, b, target) => rows.push([name, `${number(a / b)}x`, "", `<= ${target}x`, a / b <= target ? "met" : "missed"]);

  for (const server of ["floor", "node ws", "Sotto", "Sotto TLS", "Prosody"]) {
    const l = of("routed", server);
    rows.push([`routed 200 B, CPU us: ${server}`, spread(l.cpu_us), `${number(l.per_s.median)}/s`, "", ""]);
  }
  ratio("routed: Sotto of floor", routed("Sotto"), routed("floor"), 1.5);
  ratio("routed: Sotto TLS of floor", routed("Sotto TLS"), routed("floor"), 2.2);
  ratio("routed: Sotto of node ws", routed("Sotto"), routed("node ws"), 0.65);
  ratio("routed: Sotto of Prosody", routed("Sotto"), routed("Prosody"), 0.08);
  for (const [server, label, target] of [
    ["Sotto group", "Sotto, to a group", 30],
    ["Sotto TLS group", "Sotto TLS, to a group", 37],
    ["Sotto inbox", "Sotto, to a device's inbox (token)", 25],
    ["Prosody", "Prosody, to somebody away, with a ping; no sync"],
  ]) {
    const l = of("durable", server);
    rows.push([`durable 1 KiB, CPU us: ${label}`, spread(l.cpu_us), `${number(l.per_s.median)}/s`, ...atMost(l.cpu_us.median, target)]);
  }
  for (const server of ["Sotto group", "Sotto inbox"]) rows.push([`durable: Prosody of ${server}`, times(of("durable", "Prosody").cpu_us.median, of("durable", server).cpu_us.median), "", "", ""]);
  const raw = (64 / disk.fdatasync_64k_us.median) * 1e6;
  for (const server of ["Sotto group", "Sotto inbox"]) {
    const share = of("durable", server).per_s.median / raw;
    rows.push([`durable rate of raw append and fdatasync, 64 a time: ${server}`, number(share), "", ">= 0.25", share >= 0.25 ? "met" : "missed"]);
  }
  for (const [server, kib] of [["floor"], ["node ws"], ["Sotto", 1], ["Sotto TLS", 16.5], ["Prosody"]]) {
    const l = of("idle", server);
    const bytes = l.bytes_a_connection;
    rows.push([`idle, bytes a connection (${l.connections}): ${server}`, number(bytes), `accept ${number(l.accept_us)} us`, ...(kib ? [`<= ${kib * 1024}`, bytes <= kib * 1024 ? "met" : "missed"] : ["", ""])]);
  }
  rows.push(["process without connections, MiB: Sotto", number(of("idle", "Sotto").before_mib), "", ...atMost(of("idle", "Sotto").before_mib, 15)]);
  rows.push(["process with 1,000 TLS connections, MiB: Sotto", number(of("idle", "Sotto TLS").after_mib), "", ...atMost(of("idle", "Sotto TLS").after_mib, 40)]);
  rows.push(["routed at 1,000/s, CPU us: alone", spread(crowd.alone_us), "", "", ""]);
  rows.push(["routed at 1,000/s, CPU us: 10,000 idle beside it", spread(crowd.with_10000_us), "", "", ""]);
  ratio("10,000 idle beside it, of none", crowd.with_10000_us.median, crowd.alone_us.median, 1.2);
  return {
    title: `Gateway: ${machine.rounds} rounds over all servers in turn, ${machine.seconds} s each; median (least-most)`,
    notes: [
      `${machine.cpus} processors (${machine.cpu.trim()}), shared with the generator; Prosody ${machine.prosody}; load average after: ${of("machine after").load.join(" ")}`,
      `disk: write and fdatasync of 4 KiB ${spread(disk.fdatasync_4k_us)} us, of 64 KiB ${spread(disk.fdatasync_64k_us)} us`,
      "floor and node ws echo; Sotto routes to another member, whose right to write it has checked once; Prosody routes to oneself. Sotto answers a durable message after the sync.",
    ],
    head: ["what", "value", "", "target", ""],
    rows,
  };
}
