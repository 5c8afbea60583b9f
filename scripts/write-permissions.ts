import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { permissionsPage, routeTable } from '../test/http/route-table.ts'

// Writes the table of roles and routes where it is reviewed and where it is read: npm run permissions
const project = join(import.meta.dirname, '..')
await writeFile(join(project, 'test/http/route-table.txt'), routeTable())
await writeFile(join(project, 'docs/permissions.md'), permissionsPage())
