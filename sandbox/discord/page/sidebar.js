// Who looks, and where: the members, the server's channels, the direct messages, each with what is new there.

import { el, icon, isolated } from "./dom.js";
import { memberAvatar } from "./message.js";

/** Show the members and channels of a session in their two navigations. */
export class Sidebar {
  constructor({ members, channels, user }, session) {
    Object.assign(this, { members, channels, user, session });
    members.addEventListener("click", (event) => this.clicked(event, "member", (id) => session.follow(id)));
    channels.addEventListener("click", (event) => this.clicked(event, "channel", (id) => session.go(id)));
  }

  clicked(event, key, go) {
    const button = event.target.closest(`[data-${key}]`);
    if (!button) return;
    go(button.dataset[key]);
    this.onChosen?.();
  }

  show() {
    const { world, channel } = this.session;
    const focused = document.activeElement?.dataset?.testid;
    this.members.replaceChildren(...[...world.members.values()].map((member) => this.member(member)));
    this.channels.replaceChildren(...this.groups(world, channel));
    this.user.replaceChildren(...this.me(world));
    const again = focused && document.querySelector(`nav [data-testid="${CSS.escape(focused)}"]`);
    if (again && document.activeElement !== again) again.focus({ preventScroll: true });
  }

  member(member) {
    const here = member.id === this.session.member;
    const pings = here ? 0 : (this.session.seats.get(member.id)?.world.allPings() ?? 0);
    const label = `${member.name}${here ? ", looking now" : ""}${pings ? `, ${pings} ${pings === 1 ? "ping" : "pings"}` : ""}`;
    return el(
      "button",
      {
        type: "button",
        class: "member",
        "aria-current": here ? "true" : null,
        "aria-label": label,
        title: member.name,
        data: { testid: `member-${member.id}`, member: member.id },
      },
      memberAvatar(member, "avatar"),
      el("span", { class: "member-name", "aria-hidden": "true" }, member.name),
      badge(pings),
    );
  }

  groups(world, current) {
    const groups = new Map();
    for (const channel of world.channels) {
      const title = channel.kind === "dm" ? "Direct messages" : guildName(channel, world);
      if (!groups.has(title)) groups.set(title, []);
      groups.get(title).push(this.channel(channel, world, channel.id === current?.id));
    }
    return [...groups].map(([title, rows]) =>
      el("section", { class: "channel-group" }, el("h2", {}, isolated(title)), el("ul", { role: "list" }, rows)),
    );
  }

  channel(channel, world, here) {
    const pings = world.pings.get(channel.id)?.size ?? 0;
    const news = world.unread.get(channel.id)?.size ?? 0;
    const dm = channel.kind === "dm";
    const words = [channel.name, news && "unread", pings && `${pings} ${pings === 1 ? "ping" : "pings"}`]
      .filter(Boolean)
      .join(", ");
    const bot = dm && channel.name === world.bot.name;
    const dot = bot ? el("span", { class: "presence", data: { online: String(world.bot.online) } }) : null;
    return el(
      "li",
      {},
      el(
        "button",
        {
          type: "button",
          class: `channel${news ? " channel-unread" : ""}`,
          "aria-current": here ? "page" : null,
          "aria-label": words,
          data: { testid: `channel-${channel.id}`, channel: channel.id },
        },
        el("span", { class: bot ? "channel-face" : "channel-mark" }, icon(bot ? "reel" : dm ? "at" : "hash"), dot),
        el(
          "span",
          { class: "channel-name" },
          isolated(channel.name),
          bot && world.bot.activity && el("span", { class: "activity" }, isolated(world.bot.activity)),
        ),
        badge(pings),
      ),
    );
  }

  me(world) {
    const member = world.members.get(world.me);
    if (!member) return [];
    return [
      memberAvatar(member, "avatar"),
      el(
        "span",
        { class: "user-words" },
        el("strong", {}, isolated(member.name)),
        el("span", {}, "That's you"),
      ),
    ];
  }
}

function guildName(channel, world) {
  const { guild } = channel;
  return (typeof guild === "object" ? guild?.name : guild) ?? world.guild ?? "Channels";
}

function badge(count) {
  return count ? el("span", { class: "badge", "aria-hidden": "true" }, count > 99 ? "99+" : String(count)) : null;
}
