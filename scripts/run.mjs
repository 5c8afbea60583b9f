// Runs one TypeScript file of the project on the pinned Node: node scripts/run.mjs FILE [ARG …]
import { join } from 'node:path'
import { installIfNeeded, project, runPinned } from './pinned-node.mjs'

installIfNeeded()
const [file, ...args] = process.argv.slice(2)
await runPinned([join(project, file), ...args])
