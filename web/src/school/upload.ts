/** Files on their way to the server, with how far they are; what is known to be refused is not sent at all. */

import { Problem } from "../room/tickets";
import { get } from "./api";

const BASE = "/api/v1";

/** Endings the server takes (`rest/courses/kinds.py`); it looks into the bytes as well. */
export const TAKEN: readonly string[] = [
  ...["pdf", "png", "jpg", "jpeg", "gif", "webp", "mp3", "wav", "ogg", "m4a", "mp4", "webm", "txt", "md", "csv", "json"],
  ...["ipynb", "py", "java", "c", "svg", "zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"],
];

export const ACCEPTED = TAKEN.map((ending) => `.${ending}`).join(",");

export type FileProblem = "kind" | "empty" | "size";

/** Why a file would be refused; null: nothing known here. `most`: bytes one file may have. */
export function fileProblem(file: Pick<File, "name" | "size">, most: number): FileProblem | null {
  const dot = file.name.lastIndexOf(".");
  if (dot < 0 || !TAKEN.includes(file.name.slice(dot + 1).toLowerCase())) return "kind";
  if (file.size === 0) return "empty";
  return file.size > most ? "size" : null;
}

interface Institution {
  quotas: { file_bytes: number };
}

/** Bytes one file may have in this school. */
export const mostBytes = async (): Promise<number> => (await get<Institution>("/institution")).quotas.file_bytes;

/** Sends a file as the body; `onShare` is told the part that has gone out. Raises `Problem`, as every request does. */
export async function uploadFile<T>(path: string, file: File, onShare: (share: number) => void, stop?: AbortSignal): Promise<T> {
  await get("/me"); // renews a session that has lapsed, before all the bytes are sent in vain
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", BASE + path);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => onShare(total === 0 ? 1 : loaded / total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as T);
      else reject(problemIn(request));
    };
    request.onerror = () => reject(new Problem(0, "upload-cut", "The connection was lost while the file was sent."));
    request.onabort = () => reject(new Problem(0, "upload-stopped", "Stopped."));
    stop?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function problemIn(request: XMLHttpRequest): Problem {
  try {
    const { code, detail } = JSON.parse(request.responseText) as { code?: string; detail?: string };
    return new Problem(request.status, code ?? "error", detail ?? request.statusText);
  } catch {
    return new Problem(request.status, "error", request.statusText);
  }
}
