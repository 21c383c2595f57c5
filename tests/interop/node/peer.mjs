// Stock Yjs clients, driven line by line: one JSON command in, one JSON answer out.
//
//   {do: "open", id, door: "yjs" | "hocuspocus", base, room, doc, token, share?}   a client with a document of its own
//   {do: "edit", id, seed, count}      random edits: text with formats, arrays, maps, XML
//   {do: "leave" | "return", id}       the connection is cut, comes back
//   {do: "status", id}                 synced? unsaved changes? closed with which code? what was it told?
//   {do: "state", id}                  the whole document as an update (base64)
//   {do: "awareness", id, name?}       sets and reads awareness
//   {do: "compare", updates}           what differs between full states; null when nothing does
import { createInterface } from 'node:readline'
import * as Y from 'yjs'
import { WebsocketProvider } from 'y-websocket'
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider'
import WebSocket from 'ws'

const clients = new Map()
const sockets = new Map()
console.warn = () => {}

function mulberry (seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function open ({ id, door, base, room, doc: name, token, share }) {
  const doc = new Y.Doc()
  const client = { doc, door, closes: [], denied: [], scope: null, told: 0 }
  clients.set(id, client)
  if (door === 'yjs') {
    const params = token === null ? {} : { token }
    const provider = new WebsocketProvider(`${base}/yjs/${room}`, name, doc, { params, WebSocketPolyfill: WebSocket, disableBc: true })
    provider.on('connection-close', event => { if (event) client.closes.push(event.code) })
    Object.assign(client, { provider, awareness: provider.awareness })
    provider.messageHandlers = [...provider.messageHandlers]
    const auth = provider.messageHandlers[2]
    provider.messageHandlers[2] = (...args) => { client.told++; auth(...args) }
  } else {
    let websocketProvider = share && sockets.get(share)
    if (!websocketProvider) {
      websocketProvider = new HocuspocusProviderWebsocket({ url: `${base}/hocuspocus`, WebSocketPolyfill: WebSocket, delay: 50, minDelay: 50, maxDelay: 500 })
      if (share) sockets.set(share, websocketProvider)
    }
    websocketProvider.on('close', ({ event }) => client.closes.push(event.code))
    const provider = new HocuspocusProvider({
      name: `${room}/${name}`, document: doc, token: token ?? '', websocketProvider, sessionAwareness: !!share,
      onAuthenticated: ({ scope }) => { client.scope = scope },
      onAuthenticationFailed: ({ reason }) => { client.denied.push(reason) }
    })
    provider.attach()
    Object.assign(client, { provider, awareness: provider.awareness, socket: websocketProvider })
  }
}

function edit ({ id, seed, count }) {
  const { doc } = clients.get(id)
  const random = mulberry(seed)
  const below = n => Math.floor(random() * n)
  const word = () => 'αβ数学é abcdefgh'.slice(below(4), 5 + below(9)) // in text no pair that an edit could cut in two
  const text = doc.getText('text'); const list = doc.getArray('list'); const map = doc.getMap('map'); const xml = doc.getXmlFragment('xml')
  const actions = [
    () => text.insert(below(text.length + 1), word()),
    () => text.insert(below(text.length + 1), word(), { bold: true, color: word() }),
    () => { if (text.length) { const at = below(text.length); text.delete(at, Math.min(1 + below(5), text.length - at)) } },
    () => { if (text.length) { const at = below(text.length); text.format(at, Math.min(1 + below(8), text.length - at), { em: random() < 0.5 ? true : null }) } },
    () => list.insert(below(list.length + 1), [below(1e6), word(), { k: [word(), null, random()] }]),
    () => { if (list.length) list.delete(below(list.length), 1) },
    () => map.set('k' + below(6), random() < 0.3 ? new Y.Text(word()) : { at: below(1e9), deep: [['👩‍🏫' + word()]] }),
    () => map.delete('k' + below(6)),
    () => { const el = new Y.XmlElement('p'); el.setAttribute('class', word()); el.insert(0, [new Y.XmlText(word())]); xml.insert(below(xml.length + 1), [el]) },
    () => { if (xml.length) { const el = xml.get(below(xml.length)); if (random() < 0.4) el.setAttribute('a' + below(3), word()); else xml.delete(below(xml.length), 1) } }
  ]
  for (let i = 0; i < count; i++) doc.transact(() => { for (let j = 1 + below(3); j > 0; j--) actions[below(actions.length)]() })
}

function sorted (key, value) { // the order of keys inside a JSON value means nothing, and not every engine keeps it
  return value && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value
}

function read (doc) {
  return JSON.stringify([
    [...Y.decodeStateVector(Y.encodeStateVector(doc)).entries()].sort(), doc.store.pendingStructs === null, doc.store.pendingDs === null,
    doc.getText('text').toDelta(), doc.getArray('list').toJSON(), doc.getMap('map').toJSON(), doc.getXmlFragment('xml').toString()
  ], sorted)
}

function compare ({ updates }) {
  const [first, ...rest] = Object.entries(updates).map(([id, update]) => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, Buffer.from(update, 'base64'))
    return [id, read(doc)]
  })
  const other = rest.find(([, state]) => state !== first[1])
  if (!other) return null
  const at = Math.max(0, [...first[1]].findIndex((c, i) => c !== other[1][i]) - 80)
  return [first, other].map(([id, state]) => `${id}: …${state.slice(at, at + 240)}…`).join('\n')
}

function status ({ id }) {
  const { provider, door, closes, denied, scope, told } = clients.get(id)
  const unsaved = door === 'yjs' ? null : provider.unsyncedChanges
  return { synced: provider.synced, unsaved, closes, denied, scope, told, stopped: door === 'yjs' && !provider.shouldConnect }
}

function comeBack ({ id }) {
  const { provider, door, socket } = clients.get(id)
  if (door === 'yjs') return void provider.connect()
  if (socket.status !== 'connected') return void socket.connect()
  const closed = () => { socket.off('close', closed); socket.connect() } // while it still closes it ignores a connect
  socket.on('close', closed)
}

const actions = {
  open, edit, status, compare,
  leave: ({ id }) => { const { provider, door, socket } = clients.get(id); door === 'yjs' ? provider.disconnect() : socket.disconnect() },
  return: comeBack,
  state: ({ id }) => Buffer.from(Y.encodeStateAsUpdate(clients.get(id).doc)).toString('base64'),
  text: ({ id, insert }) => { const text = clients.get(id).doc.getText('text'); if (insert) text.insert(text.length, insert); return text.toString() },
  awareness: ({ id, name }) => { const { awareness } = clients.get(id); if (name) awareness.setLocalStateField('name', name); return [...awareness.getStates().values()].map(it => it.name ?? null).sort() }
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  try {
    process.stdout.write(JSON.stringify({ ok: actions[command.do](command) ?? null }) + '\n')
  } catch (error) {
    process.stdout.write(JSON.stringify({ error: String(error.stack) }) + '\n')
  }
}
process.exit(0)
