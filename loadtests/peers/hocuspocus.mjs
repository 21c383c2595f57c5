// Hocuspocus with its default settings, in memory.     PORT=1234 node hocuspocus.mjs
import { Server } from '@hocuspocus/server'

const server = new Server({ port: Number(process.env.PORT), address: '127.0.0.1', quiet: true })
await server.listen()
