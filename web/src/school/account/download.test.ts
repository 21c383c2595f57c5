import { describe, expect, it } from "vitest";
import { counted, fileName } from "./download";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe("a file that is made while it comes", () => {
  it("is whole at its end, and counted on the way", async () => {
    const seen: number[] = [];
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        for (const part of ['{"name": ', '"Zoë"', "}"]) controller.enqueue(bytes(part));
        controller.close();
      },
    });
    const blob = await counted(body, "application/json", (count) => seen.push(count));
    expect(await blob.text()).toBe('{"name": "Zoë"}');
    expect(blob.type).toBe("application/json");
    expect(seen).toEqual([9, 15, 16]);
  });

  it("is no file when it breaks off", async () => {
    let parts = 0;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        if (parts++ === 0) controller.enqueue(bytes('{"name": '));
        else controller.error(new TypeError("network"));
      },
    });
    await expect(counted(body, "application/json", () => undefined)).rejects.toThrow("network");
  });

  it("has a name every device can keep", () => {
    const day = new Date("2026-09-01T10:00:00Z");
    expect(fileName("Ada Lovelace", day)).toBe("lyceum-ada-lovelace-2026-09-01.json");
    expect(fileName("../José: *Ñandú*", day)).toBe("lyceum-josé-ñandú-2026-09-01.json");
    expect(fileName("ليلى حسن", day)).toBe("lyceum-ليلى-حسن-2026-09-01.json");
    expect(fileName("///", day)).toBe("lyceum-2026-09-01.json");
  });
});
