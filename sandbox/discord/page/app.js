// The page: finds its places in index.html, makes everyone who works there, and passes on what changes.

import { acceptDrops } from "./uploads.js";
import { keepTicking } from "./clock.js";
import { Composer } from "./composer.js";
import { Controls } from "./controls.js";
import { icon, isolated } from "./dom.js";
import { Drawers } from "./drawers.js";
import { Modal } from "./modal.js";
import { Announcer, Banner } from "./notices.js";
import { watchMedia } from "./media.js";
import { Pictures } from "./pictures.js";
import { listenToPresses } from "./presses.js";
import { Profile } from "./profile.js";
import { Session } from "./session.js";
import { Sidebar } from "./sidebar.js";
import { Timeline } from "./timeline.js";
import { showWelcome } from "./welcome.js";

const $ = (id) => document.getElementById(id);

for (const place of document.querySelectorAll("[data-icon]")) place.prepend(icon(place.dataset.icon));

const session = new Session();
const sidebar = new Sidebar({ members: $("members"), channels: $("channels"), user: $("user") }, session);
const timeline = new Timeline({ scroller: $("scroller"), list: $("messages"), button: $("newest") }, session);
const composer = new Composer(
  {
    form: $("composer"),
    box: $("box"),
    fields: $("fields"),
    popover: $("popover"),
    error: $("box-error"),
    send: $("send"),
  },
  session,
);
const controls = new Controls({ root: $("controls"), status: $("controls-status") }, session);
const banner = new Banner($("banner"), session);
const announcer = new Announcer($("announcer"), session);
const modal = new Modal($("modal"), session);
const pictures = new Pictures($("picture"));
const profile = new Profile($("profile"));
const drawers = new Drawers(
  [
    { panel: $("places"), button: $("open-places"), narrow: "(max-width: 760px)" },
    { panel: $("tools"), button: $("open-tools"), close: $("close-tools"), narrow: "(max-width: 1120px)" },
  ],
  $("backdrop"),
);
const tick = keepTicking($("messages"), () => session.world.clock.now());

listenToPresses($("messages"), session, { timeline, composer, pictures, profile });
watchMedia($("messages"));
acceptDrops($("drop"), (files) => composer.takeFiles(files));
sidebar.onChosen = () => {
  drawers.close();
  // On a touch screen the focus would bring up the keyboard.
  if (matchMedia("(pointer: fine)").matches) $("box").focus({ preventScroll: true });
};
composer.onSent = () => timeline.toEnd();

let place = "";

function showPlace() {
  const { world, channel } = session;
  const now = `${session.member}/${channel?.id}`;
  if (now === place) {
    timeline.update();
    return;
  }
  place = now;
  showHeading(world, channel);
  announcer.forget();
  timeline.show();
  composer.reset();
}

function showHeading(world, channel) {
  const name = channel?.name ?? "";
  const dm = channel?.kind === "dm";
  document.title = channel ? `${dm ? "@" : "#"}${name} · Seedreel demo` : "Seedreel demo · simulated Discord";
  $("place-icon").replaceChildren(icon(dm ? "at" : "hash"));
  $("place-name").replaceChildren(isolated(name));
  $("messages").setAttribute("aria-label", `Messages in ${name}`);
  showWelcome($("welcome"), channel, world, composer);
}

// A world that came anew, after a lost connection say, is the same place: what is being typed and watched stays.
function showAll() {
  showEverything();
  showHeading(session.world, session.channel);
  composer.name();
}

function showEverything() {
  showPlace();
  sidebar.show();
  controls.show();
  banner.show();
}

function messageChanged({ channel, message, fresh }) {
  sidebar.show();
  if (channel !== session.channel?.id) return;
  if (fresh) timeline.arrived();
  timeline.update();
  announcer.message(message, fresh);
}

const changes = {
  all: showAll,
  message: messageChanged,
  pending: ({ channel, message }) => channel === session.channel?.id && timeline.update(message.id),
  deleted: () => (timeline.update(), sidebar.show()),
  commands: () => (showHeading(session.world, session.channel), timeline.update()),
  bot: () => (banner.show(), sidebar.show(), showHeading(session.world, session.channel)),
  clock: tick,
  controls: () => controls.show(),
  ping: () => sidebar.show(),
  read: () => sidebar.show(),
  connection: () => banner.show(),
};

session.addEventListener("shown", showEverything);
session.addEventListener("change", ({ detail }) => changes[detail.what](detail));
session.addEventListener("others", () => session.world.ready && sidebar.show());
session.addEventListener("modal", ({ detail }) => modal.show(detail));
document.addEventListener(
  "visibilitychange",
  () => !document.hidden && session.channel && session.world.markRead(session.channel.id),
);
document.addEventListener("keydown", (event) => {
  const typing = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && event.key !== " ";
  if (typing && event.target === document.body && !$("box").hidden) $("box").focus();
});
showEverything();
