// npm start: installs what is missing, builds the web page when it changed, starts the server.
import { join } from 'node:path'
import { buildWebIfNeeded } from './build-web.mjs'
import { installIfNeeded, project, runPinned } from './pinned-node.mjs'

installIfNeeded()
buildWebIfNeeded()
await runPinned([join(project, 'src/program/main.ts'), 'start', ...process.argv.slice(2)])
