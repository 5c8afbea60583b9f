// Installs the locked packages when they are missing.
import { installIfNeeded } from './pinned-node.mjs'

installIfNeeded()
