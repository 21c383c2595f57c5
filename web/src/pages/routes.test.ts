import { describe, expect, it } from "vitest";
import { expiresSoon, expiryOf, pastedTicket } from "../room/tickets";
import { routeOf } from "./routes";

describe("addresses", () => {
  it("NAME-1 lead to a class or to the start", () => {
    expect(routeOf("/")).toEqual({ kind: "landing" });
    expect(routeOf("/class/algebra.1_a-b/")).toEqual({ kind: "class", room: "algebra.1_a-b" });
    expect(routeOf("/class/algebra/recordings/")).toEqual({ kind: "recordings", room: "algebra", id: null });
    expect(routeOf("/class/algebra/recordings/20260102T030405Z")).toMatchObject({ room: "algebra", id: "20260102T030405Z" });
    for (const path of ["/class/", "/class/-x/recordings", "/class/a/recordings/b/c", "/class/-x", "/class/a/b", "/class/%2e%2e", `/class/${"a".repeat(65)}`]) {
      expect(routeOf(path)).toEqual({ kind: "landing" });
    }
  });
});

describe("addresses of the school", () => {
  it("are known by their first part", () => {
    expect(routeOf("/sign-in")).toEqual({ kind: "school", path: ["sign-in"] });
    expect(routeOf("/account")).toEqual({ kind: "school", path: ["account"] });
    expect(routeOf("/courses/c1/quizzes/")).toEqual({ kind: "school", path: ["courses", "c1", "quizzes"] });
    expect(routeOf("/elsewhere/courses")).toEqual({ kind: "landing" });
  });
});

describe("tickets", () => {
  const token = (claims: object) => `h.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.s`;

  it("know when a pasted token ends", () => {
    expect(expiryOf(token({ exp: 1234 }))).toBe(1234);
    expect(expiryOf("nonsense")).toBe(0);
    expect(expiryOf("a.b.c")).toBe(0);
    expect(pastedTicket("demo", ` ${token({ exp: 5 })}\n`)).toMatchObject({ room: "demo", expires: 5 });
  });

  it("are renewed in time", () => {
    const ticket = pastedTicket("demo", token({ exp: 1000 }));
    expect(expiresSoon(ticket, 900)).toBe(false);
    expect(expiresSoon(ticket, 950)).toBe(true);
    expect(expiresSoon({ ...ticket, expires: 0 }, 950)).toBe(false);
  });
});
