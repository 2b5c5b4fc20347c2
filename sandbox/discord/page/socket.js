// One member's socket to the stand-in: JSON frames both ways, opened again whenever it is lost.

const FIRST_WAIT = 500; // milliseconds
const LONGEST_WAIT = 10_000; // milliseconds

/** Keep one member's socket open. Calls `onFrame(frame)`, and `onState("open" | "waiting" | "connecting", milliseconds)`. */
export class Connection {
  constructor(member, onFrame, onState) {
    this.member = member;
    this.onFrame = onFrame;
    this.onState = onState;
    this.attempt = 0;
    this.wanted = true;
    this.open();
  }

  open() {
    clearTimeout(this.timer);
    this.onState("connecting", 0);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/page/socket?member=${encodeURIComponent(this.member)}`);
    this.socket = socket;
    socket.addEventListener("open", () => this.opened(socket));
    socket.addEventListener("message", (event) => this.received(socket, event.data));
    socket.addEventListener("close", () => this.lost(socket));
  }

  opened(socket) {
    if (socket === this.socket) this.onState("open", 0);
  }

  received(socket, data) {
    if (socket !== this.socket) return;
    const frame = JSON.parse(data);
    if (frame.type === "hello") this.attempt = 0;
    this.onFrame(frame);
  }

  lost(socket) {
    if (socket !== this.socket || !this.wanted) return;
    const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.attempt);
    const wait = Math.round(ceiling / 2 + (Math.random() * ceiling) / 2);
    this.attempt += 1;
    this.onState("waiting", wait);
    this.timer = setTimeout(() => this.open(), wait);
  }

  /** Open at once instead of waiting for the next attempt. */
  retry() {
    if (this.socket.readyState !== WebSocket.OPEN) this.open();
  }

  /** Send a frame; false when the socket is not open. */
  send(frame) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Close for good. */
  close() {
    this.wanted = false;
    clearTimeout(this.timer);
    this.socket.close(1000);
  }
}
