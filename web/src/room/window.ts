/** Calls `act` at once for the first of a burst, then at most once a window. */
export class Window {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = false;

  constructor(
    private readonly milliseconds: number | (() => number),
    private readonly act: () => void,
  ) {}

  ask(): void {
    if (this.timer === undefined) this.run();
    else this.asked = true;
  }

  run(): void {
    clearTimeout(this.timer);
    this.asked = false;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.asked) this.run();
    }, this.length());
    this.act();
  }

  /** What was asked for and waits is done now. */
  flush(): void {
    if (this.asked) this.run();
  }

  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.asked = false;
  }

  private length(): number {
    return typeof this.milliseconds === "number" ? this.milliseconds : this.milliseconds();
  }
}
