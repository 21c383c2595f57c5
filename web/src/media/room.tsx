/** The chunk behind the door: everything of a call. */

import "../theme/tile.css";
import "./media.css";
import type { RoomSession } from "../room/session";
import { Call } from "./call";
import type { Remembered } from "./remembered";

export { CallBar } from "./CallBar";
export { Captions } from "./Captions";
export { JoinDialog } from "./JoinDialog";
export { Stage } from "./Stage";

export const makeCall = (session: RoomSession): Call => new Call(session);

/** After a reload: in at once, and the devices that were on as soon as they are open. */
export const comeBack = (call: Call, on: Remembered): void => call.enter(on, { camera: null, microphone: null });
