/** The chunk behind the door: everything of a call. */

import "./media.css";
import type { RoomSession } from "../room/session";
import { Call } from "./call";
import type { Remembered } from "./remembered";

export { CallBar } from "./CallBar";
export { JoinDialog } from "./JoinDialog";
export { Stage } from "./Stage";

export const makeCall = (session: RoomSession): Call => new Call(session);

/** After a reload: in at once, then the devices that were on, one after the other. */
export async function comeBack(call: Call, on: Remembered): Promise<void> {
  call.enter({ camera: false, microphone: false }, { camera: null, microphone: null });
  if (on.microphone) await call.turn("microphone", true);
  if (on.camera) await call.turn("camera", true);
}
