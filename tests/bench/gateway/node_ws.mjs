// A peer: npm ws, echoing. Usage: node node_ws.mjs PORT
import { WebSocketServer } from "../../gateway/node_modules/ws/wrapper.mjs";

const server = new WebSocketServer({ port: Number(process.argv[2]), host: "127.0.0.1", perMessageDeflate: false, backlog: 4096, handleProtocols: (set) => [...set][0] });
server.on("connection", (s) => s.on("message", (m, binary) => s.send(m, { binary })));
server.on("listening", () => console.log("ready"));
