import { describe, expect, it } from "vitest";
import { changed, isUnsaved, lost, NO_CHANGES, refused, retried, savingState, sent, worst } from "./saving";

describe("saving", () => {
  it("is saved only when the highest number sent was confirmed", () => {
    const edited = changed(NO_CHANGES);
    expect(savingState(edited, 0, true)).toBe("saving");
    const away = sent(edited, 5);
    expect(savingState(away, 4, true)).toBe("saving");
    expect(savingState(away, 5, true)).toBe("saved");
    expect(savingState(changed(away), 5, true)).toBe("saving");
  });

  it("forgets numbers, but not doubts, with the connection", () => {
    expect(savingState(lost(sent(NO_CHANGES, 5), 4), 0, false)).toBe("offline-unsaved");
    expect(savingState(lost(sent(NO_CHANGES, 5), 5), 0, false)).toBe("offline");
    expect(savingState(lost(sent(NO_CHANGES, 5), 4), 9, true)).toBe("saving");
  });

  it("never calls a refused change saved", () => {
    const no = refused(sent(changed(NO_CHANGES), 2), "locked", true);
    expect(savingState(no, 99, true)).toBe("refused");
    expect(savingState(retried(no), 99, true)).toBe("saving");
    expect(isUnsaved(refused(NO_CHANGES, "quarantined", false), 0)).toBe(false);
    expect(savingState(refused(NO_CHANGES, "quarantined", false), 0, true)).toBe("saved");
    expect(savingState(changed(refused(NO_CHANGES, "quarantined", false)), 0, true)).toBe("refused");
  });

  it("speaks of the document that needs attention most", () => {
    expect(worst(["saved", "saving", "saved"], true)).toBe("saving");
    expect(worst(["saving", "refused"], true)).toBe("refused");
    expect(worst([], true)).toBe("saved");
    expect(worst([], false)).toBe("offline");
  });
});
