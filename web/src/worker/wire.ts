// The only network and clock code: WebSockets that the core dials by number, and one alarm.

const TIMER_MAX_MS = 0x7fffffff;

export interface WireEvents {
  open(conn: number): void;
  message(conn: number, data: Uint8Array): void;
  close(conn: number): void;
  alarm(): void;
}

export interface Wire {
  dial(conn: number, url: string, protocol: string): void;
  send(conn: number, data: Uint8Array): void;
  hangUp(conn: number): void;
  /** 0: none. */
  alarmAt(ms: number): void;
  close(): void;
}

export function makeWire(events: WireEvents): Wire {
  const sockets = new Map<number, WebSocket>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function drop(conn: number): void {
    const socket = sockets.get(conn);
    sockets.delete(conn);
    socket?.close();
  }

  return {
    dial(conn, url, protocol) {
      drop(conn);
      let socket: WebSocket;
      try {
        socket = new WebSocket(url, protocol);
      } catch {
        setTimeout(() => events.close(conn)); // no socket can be made for this address; never called within the step
        return;
      }
      socket.binaryType = 'arraybuffer';
      sockets.set(conn, socket);
      const mine = (): boolean => sockets.get(conn) === socket;
      socket.onopen = () => {
        if (mine()) events.open(conn);
      };
      socket.onmessage = (e: MessageEvent<unknown>) => {
        if (mine() && e.data instanceof ArrayBuffer) events.message(conn, new Uint8Array(e.data));
      };
      socket.onclose = () => {
        if (!mine()) return;
        sockets.delete(conn);
        events.close(conn);
      };
    },
    send(conn, data) {
      const socket = sockets.get(conn);
      if (socket?.readyState === WebSocket.OPEN) socket.send(new Uint8Array(data));
    },
    hangUp: drop,
    alarmAt(ms) {
      clearTimeout(timer);
      timer = undefined;
      if (ms === 0) return;
      timer = setTimeout(() => events.alarm(), Math.min(Math.max(0, ms - Date.now()), TIMER_MAX_MS));
    },
    close() {
      clearTimeout(timer);
      for (const conn of [...sockets.keys()]) drop(conn);
    },
  };
}
