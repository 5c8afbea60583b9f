// npm start: installs what is missing, builds the web page when it changed, starts the server.
import { join } from 'node:path'
import { installIfNeeded, project, runPinned } from './pinned-node.mjs'
import { buildWebIfNeeded } from './build-web.mjs'

installIfNeeded()
buildWebIfNeeded()
await runPinned([join(project, 'src/main.ts'), 'start', ...process.argv.slice(2)])
