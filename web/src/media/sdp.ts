/** What is read from and written into session descriptions. Pure. */

/** Which track each m-line of the node's offer carries: its `msid` is "publication track". Idle lines are left out. */
export function tracksByMid(sdp: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const section of sdp.split(/\r?\nm=/).slice(1)) {
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    const track = /^a=msid:\S+ (\S+)/m.exec(section)?.[1];
    if (mid !== undefined && track !== undefined && /^a=sendonly/m.test(section)) found.set(mid, track);
  }
  return found;
}

/** Asks the Opus encoder to be silent while nobody speaks, and to carry what a lost packet said. */
export function withQuietAudio(sdp: string): string {
  const opus = /^a=rtpmap:(\d+) opus\/48000/im.exec(sdp)?.[1];
  if (opus === undefined) return sdp;
  return sdp.replace(new RegExp(`^a=fmtp:${opus} (.*)$`, "m"), (line, options: string) =>
    options.includes("usedtx") ? line : `a=fmtp:${opus} ${options};usedtx=1`,
  );
}
