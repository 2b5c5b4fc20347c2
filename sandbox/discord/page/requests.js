// What a member has asked for and what has come of it: a command, a press, a modal. Each ends by an answer that is seen,
// by a refusal, or by itself once Discord's own limit for answers has passed without one.

// Discord gives an application 3 s to answer; the stand-in tells of a failure then. Later than this it has been answered.
const ANSWERED_BY = 4000; // milliseconds

let numbers = 0;

/** Make an id for a frame that expects an answer. */
export function requestId() {
  numbers += 1;
  return `${Date.now().toString(36)}-${numbers}`;
}

/** The requests of one member that are under way. `onChange(channel, message)` is called when a pending state begins or ends. */
export class Requests {
  constructor(world, onChange) {
    this.world = world;
    this.onChange = onChange;
    this.open = new Map();
  }

  /** Watch a request: {kind, channel, message?, customId?, command?, onEnd?(), onFail?(text) → true when it has shown it}. */
  start(id, request) {
    const timer = setTimeout(() => this.end(id), ANSWERED_BY);
    this.open.set(id, { ...request, timer });
    this.onChange(request);
  }

  end(id) {
    const request = this.open.get(id);
    if (!request) return null;
    clearTimeout(request.timer);
    this.open.delete(id);
    request.onEnd?.();
    this.onChange(request);
    return request;
  }

  /** Take a `failed` frame: tell it where it was asked, privately. */
  failed({ request: id, channel, text }) {
    const request = this.end(id);
    if (request?.onFail?.(text)) return;
    const used = request?.kind === "command" ? { member: this.world.me, command: request.command } : undefined;
    this.world.addLine(channel ?? request?.channel, { content: text, error: true, used });
  }

  /** Take a message that was created or changed: it may be the answer to something. */
  sawMessage(channel, message) {
    for (const [id, request] of this.open)
      if (request.channel === channel && answers(message, request, this.world)) this.end(id);
  }

  isPending(message, customId) {
    for (const request of this.open.values())
      if (request.message === message && request.customId === customId) return true;
    return false;
  }

  /** Give everything up: the connection is gone, nothing will answer. */
  abandon() {
    for (const id of [...this.open.keys()]) this.end(id);
  }
}

function answers(message, request, world) {
  if (message.author?.id === world.me) return false;
  if (request.kind === "command")
    return (
      message.used?.member === world.me &&
      message.used.command.replace(/^\//, "") === request.command.replace(/^\//, "")
    );
  if (request.kind === "modal") return true;
  const source = message.interaction_metadata?.interacted_message_id ?? message.message_reference?.message_id;
  return message.id === request.message || source === request.message;
}
