// Messages of the older kind: content, attachments, embeds.

import { el, isolated, safeUrl } from "./dom.js";
import { prose } from "./prose.js";
import { showMedium } from "./media.js";

// Discord's "Message Resource", "Attachment Flags".
const IS_SPOILER = 1 << 3;

/** Show what a message without Components V2 holds besides its components. */
export function showClassic(message, world) {
  const content = message.content ? [prose(message.content, world)] : [];
  const attachments = (message.attachments ?? []).map((file) =>
    showMedium({ ...file, spoiler: isSpoiler(file) }),
  );
  const shown = attachments.length ? [el("div", { class: "attachments" }, attachments)] : [];
  return [...content, ...shown, ...(message.embeds ?? []).map((embed) => showEmbed(embed, world))];
}

/** Tell whether an attachment is covered until it is clicked: by its flag, or by its name. */
function isSpoiler({ flags = 0, filename = "" }) {
  return Boolean(flags & IS_SPOILER) || filename.startsWith("SPOILER_");
}

function showEmbed(embed, world) {
  const box = el(
    "div",
    { class: "embed" },
    embed.author?.name && el("p", { class: "embed-author" }, isolated(embed.author.name)),
    embed.title && el("p", { class: "embed-title" }, embedTitle(embed)),
    embed.description && prose(embed.description, world),
    embed.fields?.length > 0 &&
      el(
        "div",
        { class: "embed-fields" },
        embed.fields.map((field) => showField(field, world)),
      ),
    embed.image && showMedium({ ...embed.image, description: embed.title }),
    embed.video && showMedium({ ...embed.video, description: embed.title }),
    embed.thumbnail && el("div", { class: "thumbnail" }, showMedium({ ...embed.thumbnail, width: null })),
    embed.footer?.text && el("p", { class: "embed-footer" }, isolated(embed.footer.text)),
  );
  if (embed.color) box.style.setProperty("--accent", `#${Number(embed.color).toString(16).padStart(6, "0")}`);
  return box;
}

function embedTitle(embed) {
  const url = embed.url ? safeUrl(embed.url) : null;
  return url
    ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, isolated(embed.title))
    : isolated(embed.title);
}

function showField(field, world) {
  return el(
    "div",
    { class: `embed-field${field.inline ? " embed-field-inline" : ""}` },
    el("p", { class: "embed-field-name" }, isolated(field.name)),
    prose(field.value, world),
  );
}
