// A WebSocket server that hands each message to every other connection: the least that the package
// `ws` needs for the scenarios. It stores nothing and asks for no password.
//
// It prints `listening PORT` when it is ready.

import { WebSocketServer } from "ws";

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: 0,
  backlog: 4096,
  perMessageDeflate: false,
});

server.on("connection", (socket) => {
  socket.on("message", (bytes) => {
    for (const other of server.clients) {
      if (other !== socket) other.send(bytes, { binary: false });
    }
  });
});

server.on("listening", () => {
  console.log(`listening ${server.address().port}`);
});
