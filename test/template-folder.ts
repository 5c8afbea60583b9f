import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { fileExists } from '../src/database/embedded-launch.ts'

const POLL_MS = 50

/**
 * A new folder under `prefix` holding a copy of what `make` makes. It is made once in a run of the tests, by whichever
 * process comes first, and copied from then on: initialising engines over and over proves nothing more. Outside a run
 * (a benchmark) and where a copy would not be whole it is made anew. `make` leaves nothing running.
 */
export async function copyOfTemplate(
  name: string,
  prefix: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), prefix))
  const templates = process.env['SHOUMI_TEST_TEMPLATES']
  const template = templates === undefined ? undefined : await madeOnce(join(templates, name), make)
  if (template === undefined || !(await isWhole(template))) await make(copy)
  else if (spawnSync('cp', ['-a', '--reflink=auto', `${template}/.`, copy]).status !== 0)
    throw new Error(`could not copy ${template}`)
  return copy
}

async function madeOnce(template: string, make: (folder: string) => Promise<void>): Promise<string> {
  while (!(await fileExists(template))) {
    const claimed = `${template}.making-by`
    if (await claim(claimed)) await makeNow(template, make).finally(() => rm(claimed, { force: true }))
    else await later(POLL_MS)
  }
  return template
}

async function makeNow(template: string, make: (folder: string) => Promise<void>): Promise<void> {
  const making = await mkdtemp(`${template}.making-`)
  await make(making)
  await rename(making, template)
}

/** Whether this process is the one to make it: the first, or the first after the one that began has died. */
async function claim(path: string): Promise<boolean> {
  const begun = await writeFile(path, String(process.pid), { flag: 'wx' }).then(
    () => true,
    () => false,
  )
  if (begun) return true
  const maker = Number(await readFile(path, 'utf8').catch(() => ''))
  if (maker > 0 && !(await fileExists(`/proc/${maker}`))) await rm(path, { force: true })
  return false
}

/** Where PostgreSQL may run as another user only, its cluster can stand outside the folder and is not copied with it. */
async function isWhole(template: string): Promise<boolean> {
  const startedBy = await readFile(join(template, 'postgres/started-by'), 'utf8').catch(() => '')
  return startedBy !== 'as an unprivileged user'
}

/** For vitest: templates live as long as the run. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-templates-'))
  process.env['SHOUMI_TEST_TEMPLATES'] = folder
  return () => rm(folder, { recursive: true, force: true })
}
