// The menus of messages and members: what the app can do with the one that is pressed, as Discord lists it under "Apps".

import { openSelect } from "./select.js";

export const ON_MEMBER = 2;
export const ON_MESSAGE = 3;

/** Tell whether the app has any command for that kind of menu. */
export function hasMenu(world, kind) {
  return world.commands.some(({ type }) => type === kind);
}

/** Let the member choose a command for what `button` belongs to: `target` is {message: id} or {member: id}. */
export function openMenu(button, kind, session, target) {
  const names = session.world.commands.filter(({ type }) => type === kind).map(({ name }) => name);
  const select = { placeholder: "Apps", options: names.map((name) => ({ label: name, value: name })) };
  openSelect(button, select, session.world, ([command]) => use(session, kind, command, target));
}

function use(session, kind, command, target) {
  const { channel, world } = session;
  const frame = { type: "menu", channel: channel.id, command, ...target };
  let line = null;
  const request = session.ask(frame, {
    kind: "command",
    command,
    onEnd: () => line && world.removeLine(channel.id, line),
  });
  const content = "Not connected, so nothing was sent.";
  if (request === null) world.addLine(channel.id, { content, error: true });
  else line = world.addLine(channel.id, { sending: "Sending command…", used: { member: world.me, command } });
}
