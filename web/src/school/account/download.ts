/** A file that is made while it comes: nobody knows how large it will be, so what is counted is what has come. */

import { Problem } from "../../room/tickets";
import { get } from "../api";

const BASE = "/api/v1";

/** All of an answer; `onBytes` is told how many have come. Raises `Problem`, or the abort of `stop`. */
export async function download(path: string, onBytes: (bytes: number) => void, stop: AbortSignal): Promise<Blob> {
  await get("/me"); // renews a session that has lapsed
  const response = await fetch(BASE + path, { signal: stop }).catch(() => {
    stop.throwIfAborted();
    throw new Problem(0, "offline", "The server cannot be reached.");
  });
  if (!response.ok || response.body === null) throw await problemIn(response);
  try {
    return await counted(response.body, response.headers.get("Content-Type") ?? "", onBytes);
  } catch {
    stop.throwIfAborted();
    throw new Problem(0, "export-cut", "The connection was lost before the file was whole.");
  }
}

export function counted(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  type: string,
  onBytes: (bytes: number) => void,
): Promise<Blob> {
  let bytes = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform: (chunk, onwards) => {
      bytes += chunk.byteLength;
      onBytes(bytes);
      onwards.enqueue(chunk);
    },
  });
  return new Response(body.pipeThrough(counter), { headers: { "Content-Type": type } }).blob();
}

/** `lyceum-ada-lovelace-2026-09-01.json`: letters of every script, and nothing a file's name may not have. */
export function fileName(name: string, date: Date): string {
  const plain = name.toLocaleLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, "-");
  return ["lyceum", ...plain.split("-").filter(Boolean), date.toISOString().slice(0, 10)].join("-") + ".json";
}

async function problemIn(response: Response): Promise<Problem> {
  const said = (await response.json().catch(() => ({}))) as { code?: string; detail?: string };
  return new Problem(response.status, said.code ?? "error", said.detail ?? response.statusText);
}
