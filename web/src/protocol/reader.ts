/** Reads typed fields, in order, out of one decoded MessagePack array. Missing fields at the end take a default. */

export class BadFrame extends Error {
  override name = "BadFrame";
}

export class Reader {
  private at = 0;

  constructor(private readonly fields: readonly unknown[]) {}

  static of(value: unknown): Reader {
    if (!Array.isArray(value)) throw new BadFrame("an array was expected");
    return new Reader(value);
  }

  get left(): number {
    return this.fields.length - this.at;
  }

  text(fallback?: string): string {
    return this.take("a string", (value): value is string => typeof value === "string", fallback);
  }

  number(fallback?: number): number {
    return Number(this.take("a number", isNumber, fallback));
  }

  flag(fallback?: boolean): boolean {
    return this.take("true or false", (value): value is boolean => typeof value === "boolean", fallback);
  }

  bytes(): Uint8Array {
    return this.take("bytes", (value): value is Uint8Array => value instanceof Uint8Array);
  }

  list<T>(item: (value: unknown) => T, fallback?: []): T[] {
    return this.take("a list", isList, fallback).map(item);
  }

  any(fallback: unknown): unknown {
    return this.left > 0 ? this.next() : fallback;
  }

  nested(): Reader {
    return Reader.of(this.next());
  }

  private next(): unknown {
    return this.fields[this.at++];
  }

  private take<T>(what: string, is: (value: unknown) => value is T, fallback?: T): T {
    if (this.left <= 0 && fallback !== undefined) {
      this.at++;
      return fallback;
    }
    const value = this.next();
    if (!is(value)) throw new BadFrame(`${what} was expected in field ${this.at - 1}`);
    return value;
  }
}

const isNumber = (value: unknown): value is number | bigint => typeof value === "number" || typeof value === "bigint";

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
