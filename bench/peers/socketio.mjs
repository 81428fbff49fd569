// A Socket.IO server that hands each message to every other connection of the namespace. It stores
// nothing and asks for no password; compression is off, as it is by default.
//
// It prints `listening PORT` when it is ready.

import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const server = new Server(http, { transports: ["websocket"], serveClient: false });

server.on("connection", (socket) => {
  socket.on("message", (text) => {
    socket.broadcast.emit("message", text);
  });
});

http.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, () => {
  console.log(`listening ${http.address().port}`);
});
