// What one member sees of Discord: filled by the frames of that member's socket, asked by everything on screen.

import { Clock } from "./clock.js";

let localLines = 0;

/** One member's world. Tells listeners of "change" what changed: {what, channel?, message?, fresh?}. */
export class World extends EventTarget {
  constructor(me) {
    super();
    this.me = me;
    this.members = new Map();
    this.channels = [];
    this.commands = [];
    this.controls = [];
    this.bot = { online: true, name: "The bot", id: null, activity: "", about: "" };
    this.clock = new Clock();
    this.messages = new Map();
    this.read = new Map();
    this.unread = new Map();
    this.pings = new Map();
    this.ready = false;
    this.connection = { state: "connecting", wait: 0 };
  }

  /** Take in one frame from the server. Frames that answer a request are not the world's. */
  apply(frame) {
    const take = {
      hello: this.hello,
      message: this.message,
      message_deleted: this.deleted,
      commands: this.renewed,
      bot: this.botSeen,
      clock: this.clockMoved,
      control: this.controlled,
      ping: this.pinged,
    }[frame.type];
    take?.call(this, frame);
  }

  hello(frame) {
    this.me = frame.me;
    this.members = new Map(frame.members.map((member) => [member.id, member]));
    this.channels = frame.channels;
    this.commands = frame.commands;
    this.controls = frame.controls ?? [];
    this.bot = { ...this.bot, ...frame.bot };
    this.clock.set(frame.now);
    this.messages = new Map(frame.channels.map(({ id }) => [id, new Map()]));
    for (const [channel, list] of Object.entries(frame.messages)) this.fill(channel, list);
    this.ready = true;
    this.tell({ what: "all" });
  }

  // What came while nobody was connected is news; what was there at the first sight is not.
  fill(channel, list) {
    this.messages.set(channel, new Map(list.map((message) => [message.id, message])));
    const last = this.read.get(channel);
    const missed = this.ready ? list.slice(list.findIndex((message) => message.id === last) + 1) : [];
    for (const message of missed) this.count(channel, message);
    if (!this.ready) this.markRead(channel);
  }

  message({ channel, message }) {
    const list = this.listOf(channel);
    const fresh = !list.has(message.id);
    list.set(message.id, message);
    if (fresh) this.count(channel, message);
    this.tell({ what: "message", channel, message, fresh });
  }

  count(channel, message) {
    if (message.author?.id === this.me) return;
    setOf(this.unread, channel).add(message.id);
    if (message.mine_ping) setOf(this.pings, channel).add(message.id);
  }

  deleted({ channel, id }) {
    this.listOf(channel).delete(id);
    this.unread.get(channel)?.delete(id);
    this.pings.get(channel)?.delete(id);
    this.tell({ what: "deleted", channel });
  }

  renewed({ commands }) {
    this.commands = commands;
    this.tell({ what: "commands" });
  }

  botSeen({ type, ...bot }) {
    this.bot = { ...this.bot, ...bot };
    this.tell({ what: "bot" });
  }

  clockMoved({ now }) {
    this.clock.set(now);
    this.tell({ what: "clock" });
  }

  controlled({ id, on }) {
    this.controls = this.controls.map((control) => (control.id === id ? { ...control, on } : control));
    this.tell({ what: "controls" });
  }

  pinged({ channel, message }) {
    setOf(this.pings, channel).add(message);
    this.tell({ what: "ping", channel });
  }

  /** Put a line into a channel that only this page knows; gives back its id. */
  addLine(channel, line) {
    localLines += 1;
    const author = { id: this.bot.id, username: this.bot.name, bot: true };
    const message = {
      id: `line-${localLines}`,
      author,
      timestamp: new Date(this.clock.now() * 1000).toISOString(),
      local: true,
      ephemeral: true,
      ...line,
    };
    this.listOf(channel).set(message.id, message);
    this.tell({ what: "message", channel, message, fresh: true });
    return message.id;
  }

  /** Take a line or a dismissed message away. */
  removeLine(channel, id) {
    if (this.listOf(channel).delete(id)) this.tell({ what: "deleted", channel });
  }

  /** Forget a channel's badges: it has been looked at. */
  markRead(channel) {
    const last = [...this.listOf(channel).values()].filter((message) => !message.local).at(-1);
    if (last) this.read.set(channel, last.id);
    const had = this.unread.get(channel)?.size || this.pings.get(channel)?.size;
    this.unread.delete(channel);
    this.pings.delete(channel);
    if (had) this.tell({ what: "read", channel });
  }

  connected(state, wait) {
    this.connection = { state, wait };
    this.tell({ what: "connection" });
  }

  listOf(channel) {
    if (!this.messages.has(channel)) this.messages.set(channel, new Map());
    return this.messages.get(channel);
  }

  findMessage(id) {
    for (const list of this.messages.values()) if (list.has(id)) return list.get(id);
    return null;
  }

  memberName(id) {
    return this.members.get(id)?.name ?? (id === this.bot.id ? this.bot.name : "unknown-user");
  }

  channelName(id) {
    return this.channels.find((channel) => channel.id === id)?.name ?? "unknown";
  }

  /** Count the pings over all channels. */
  allPings() {
    return [...this.pings.values()].reduce((sum, pings) => sum + pings.size, 0);
  }

  tell(detail) {
    this.dispatchEvent(new CustomEvent("change", { detail }));
  }
}

function setOf(map, key) {
  if (!map.has(key)) map.set(key, new Set());
  return map.get(key);
}
