// The members who sit at this page: a world and a socket for each, one of them looked at. The others' sockets only listen,
// so that a ping for them shows at their name.

import { Connection } from "./socket.js";
import { Requests, requestId } from "./requests.js";
import { World } from "./world.js";

const FIRST_MEMBER = "1001";

/**
 * Who is looked at, and where. Tells listeners of "shown" (member or channel switched), "change" (what changed in the
 * shown world), "others" (something in another's), "modal" and "choices" (frames).
 */
export class Session extends EventTarget {
  constructor() {
    super();
    this.seats = new Map();
    this.places = new Map();
    const [member, channel] = readHash();
    if (channel) this.places.set(member, channel);
    this.look(member ?? FIRST_MEMBER);
    window.addEventListener("hashchange", () => this.followHash());
  }

  get world() {
    return this.seats.get(this.member).world;
  }

  get requests() {
    return this.seats.get(this.member).requests;
  }

  /** The channel that is looked at: the one chosen before if it is still there, else the first. */
  get channel() {
    const chosen = this.places.get(this.member);
    const { channels } = this.world;
    return channels.find(({ id }) => id === chosen) ?? channels[0] ?? null;
  }

  /** Look through a member's eyes. */
  look(member) {
    this.member = member;
    if (!this.seats.has(member)) this.seat(member);
    this.shown();
  }

  /** Look through a member's eyes, at the same channel if the member sees it, too. */
  follow(member) {
    const here = this.channel?.id;
    if (this.seats.get(member)?.world.channels.some(({ id }) => id === here)) this.places.set(member, here);
    this.look(member);
  }

  /** Look at one of the member's channels. */
  go(channel) {
    this.places.set(this.member, channel);
    this.shown();
  }

  shown() {
    if (this.channel) {
      this.world.markRead(this.channel.id);
      const hash = `#/${this.member}/${this.channel.id}`;
      if (location.hash !== hash) history.replaceState(null, "", hash);
    }
    this.dispatchEvent(new CustomEvent("shown"));
  }

  followHash() {
    const [member, channel] = readHash();
    if (!member || (this.world.ready && !this.world.members.has(member))) return;
    if (channel) this.places.set(member, channel);
    this.look(member);
  }

  seat(member) {
    const world = new World(member);
    const requests = new Requests(world, (request) => this.pendingChanged(member, request));
    const seat = { world, requests };
    this.seats.set(member, seat);
    world.addEventListener("change", ({ detail }) => this.worldChanged(member, detail));
    seat.connection = new Connection(
      member,
      (frame) => this.frame(member, seat, frame),
      (state, wait) => this.connection(member, seat, state, wait),
    );
  }

  frame(member, { world, requests }, frame) {
    if (frame.type === "failed") requests.failed(frame);
    else if (frame.type === "modal") this.modal(member, requests, frame);
    else if (frame.type === "choices") this.dispatchEvent(new CustomEvent("choices", { detail: frame }));
    else world.apply(frame);
    if (frame.type === "message") requests.sawMessage(frame.channel, frame.message);
    if (frame.type === "hello") this.seatEverybody(world);
  }

  modal(member, requests, frame) {
    const asked = requests.end(frame.request);
    if (member === this.member)
      this.dispatchEvent(
        new CustomEvent("modal", { detail: { ...frame, channel: asked?.channel ?? this.channel?.id } }),
      );
  }

  seatEverybody(world) {
    for (const id of world.members.keys()) if (!this.seats.has(id)) this.seat(id);
    if (world === this.world) this.shown();
  }

  // A member whom the stand-in does not know never gets a hello: then look through the first one's eyes.
  connection(member, seat, state, wait) {
    if (state === "waiting") seat.requests.abandon();
    seat.world.connected(state, wait);
    const hopeless =
      state === "waiting" && !seat.world.ready && seat.connection?.attempt > 2 && member !== FIRST_MEMBER;
    if (!hopeless) return;
    seat.connection.close();
    this.seats.delete(member);
    if (this.member === member) this.look(FIRST_MEMBER);
  }

  worldChanged(member, detail) {
    if (member !== this.member) {
      this.dispatchEvent(new CustomEvent("others"));
      return;
    }
    const here = this.channel?.id;
    if (detail.channel === here && (detail.what === "message" || detail.what === "ping") && !document.hidden)
      this.world.markRead(here);
    this.dispatchEvent(new CustomEvent("change", { detail }));
  }

  pendingChanged(member, request) {
    if (member === this.member && request.message)
      this.dispatchEvent(
        new CustomEvent("change", {
          detail: { what: "pending", channel: request.channel, message: { id: request.message } },
        }),
      );
  }

  /** Send a frame that expects an answer, and watch for it. Gives back its id, or null when there is no connection. */
  ask(frame, request = null) {
    const id = requestId();
    if (!this.send({ ...frame, request: id })) return null;
    if (request) this.requests.start(id, { channel: frame.channel, ...request });
    return id;
  }

  send(frame) {
    return this.seats.get(this.member).connection.send(frame);
  }

  retry() {
    for (const { connection } of this.seats.values()) connection.retry();
  }
}

function readHash() {
  const [member, channel] = location.hash.replace(/^#\/?/, "").split("/");
  return [member || null, channel || null].map((part) => part && decodeURIComponent(part));
}
