// Links: where they lead, and Discord's own addresses of messages, which lead to a place on this page.

import { el, safeUrl } from "./dom.js";

const PLACE = /^https:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/(?:\d+|@me)\/(\d+)(?:\/(\d+))?\/?$/;

/**
 * Make a link that opens beside this page, or leads within it when it is a message's or channel's address.
 * Null for what no browser may open.
 */
export function link(address, properties, ...children) {
  const url = safeUrl(address);
  if (!url) return null;
  const goto = placeOf(url);
  const data = { ...properties.data, goto: goto && [goto.channel, goto.message].filter(Boolean).join("/") };
  return el("a", { ...properties, href: url, target: "_blank", rel: "noopener noreferrer", data }, ...children);
}

/** Tell which channel and message an address names: {channel, message?}, or null for any other address. */
export function placeOf(url) {
  const match = PLACE.exec(url);
  return match && { channel: match[1], message: match[2] };
}
