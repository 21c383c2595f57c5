/** Bytes backed by an ordinary ArrayBuffer, which is what sockets and Yjs give and take. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A Yjs update that says nothing: no structs, no deletions. */
export const EMPTY_UPDATE_LENGTH = 2;
