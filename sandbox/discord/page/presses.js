// What can be pressed inside messages: buttons, selects, spoilers, dismissals, menus, replies' sources, commands' links, pictures, the bot's name.

import { findComponent } from "./components.js";
import { ON_MEMBER, ON_MESSAGE, openMenu } from "./menus.js";
import { openSelect } from "./select.js";

/** Listen to everything pressed in the message list. `screen` gives {timeline, composer, pictures, profile}. */
export function listenToPresses(list, session, screen) {
  const deeds = {
    press: (button) => press(session, button, null),
    select: (button) => choose(session, button),
    spoiler: reveal,
    reveal: (cover) => reveal(cover.parentElement),
    dismiss: (button) => dismiss(session, button.dataset.dismiss),
    jump: (button) => screen.timeline.reveal(button.dataset.jump),
    command: (button) => screen.composer.start(button.dataset.command),
    goto: (link) => go(session, screen.timeline, link.dataset.goto),
    menu: (button) => openMenu(button, ON_MESSAGE, session, { message: messageOf(button) }),
    member: (button) => openMenu(button, ON_MEMBER, session, { member: button.dataset.member }),
    profile: () => screen.profile.show(session.world),
    zoom: (picture) => screen.pictures.show(picture),
  };
  list.addEventListener("click", (event) => {
    for (const [key, deed] of Object.entries(deeds)) {
      const target = event.target.closest(`[data-${key}]`);
      if (!target || (key === "spoiler" && target.dataset.revealed !== undefined)) continue;
      event.preventDefault();
      deed(target);
      return;
    }
  });
  list.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches(".spoiler:not([data-revealed])")) {
      event.preventDefault();
      reveal(event.target);
    }
  });
}

// A revealed spoiler is text like any other: its links work, and it is no button any more.
function reveal(target) {
  target.dataset.revealed = "";
  for (const name of ["role", "tabindex", "aria-label"]) target.removeAttribute(name);
}

// Discord leads to a message where it can be seen, and says so where it cannot.
function go(session, timeline, place) {
  const [channel, message] = place.split("/");
  if (!session.world.channels.some(({ id }) => id === channel)) {
    session.world.addLine(session.channel.id, { content: "You don't have access to this link.", error: true });
    return;
  }
  session.go(channel);
  if (message) timeline.reveal(message);
}

function messageOf(node) {
  return node.closest("[data-message-id]").dataset.messageId;
}

function press(session, button, values) {
  const message = messageOf(button);
  const customId = button.dataset.press ?? button.dataset.select;
  if (session.requests.isPending(message, customId)) return;
  const { channel, world } = session;
  const frame = { type: "press", channel: channel.id, message, custom_id: customId };
  if (values) frame.values = values;
  const request = session.ask(frame, { kind: "press", message, customId });
  if (request === null) world.addLine(channel.id, { content: "Not connected, so nothing was sent.", error: true });
}

function choose(session, button) {
  const message = session.world.findMessage(messageOf(button));
  const select = findComponent(message?.components, button.dataset.select);
  if (select) openSelect(button, select, session.world, (values) => press(session, button, values));
}

function dismiss(session, id) {
  const { channel, world } = session;
  const message = world.findMessage(id);
  if (message && !message.local) session.send({ type: "dismiss", channel: channel.id, message: id });
  world.removeLine(channel.id, id);
}
