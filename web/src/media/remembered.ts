/** What is remembered: the chosen devices on this machine, and for a reload that this tab was in a call. */

export interface Remembered {
  camera: boolean;
  microphone: boolean;
}

export interface ChosenDevices {
  camera: string;
  microphone: string;
}

const DEVICES = "lyceum.media.devices";
const CHOICE = "lyceum.media.choice";
const callKey = (room: string): string => `lyceum.media.call.${room}`;

export const rememberedDevices = (): ChosenDevices => ({ camera: "", microphone: "", ...read<ChosenDevices>(localStorage, DEVICES) });

export const rememberDevices = (change: Partial<ChosenDevices>): void =>
  write(localStorage, DEVICES, { ...rememberedDevices(), ...change });

/** What was on when somebody last came in. */
export const rememberedChoice = (): Remembered => ({ camera: true, microphone: true, ...read<Remembered>(localStorage, CHOICE) });

export const rememberChoice = (choice: Remembered): void => write(localStorage, CHOICE, choice);

/** Null: not in a call. */
export const rememberedCall = (room: string): Remembered | null => read<Remembered>(sessionStorage, callKey(room)) as Remembered | null;

export function rememberCall(room: string, on: Remembered | null): void {
  if (on === null) forget(sessionStorage, callKey(room));
  else write(sessionStorage, callKey(room), on);
}

/** Private windows may refuse to store anything: then nothing is remembered. */
function read<T>(where: Storage, key: string): Partial<T> | null {
  try {
    return JSON.parse(where.getItem(key) ?? "null") as Partial<T> | null;
  } catch {
    return null;
  }
}

function write(where: Storage, key: string, value: unknown): void {
  try {
    where.setItem(key, JSON.stringify(value));
  } catch {
    return;
  }
}

function forget(where: Storage, key: string): void {
  try {
    where.removeItem(key);
  } catch {
    return;
  }
}
