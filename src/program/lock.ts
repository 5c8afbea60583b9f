import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { fail, ok, type Result } from '../base/result.ts'

const RUN_FILE = 'run.json'

/** What a running program leaves in its data folder so that commands find it. Readable by its owner only. */
const runFile = z.object({
  pid: z.number().int(),
  /** start time of the process in clock ticks since boot: tells a reused pid from the same process */
  startedTicks: z.string(),
  bootId: z.string(),
  address: z.string().nullable(),
  token: z.string(),
})
export type RunFile = z.infer<typeof runFile>

export interface DataLock {
  readonly token: string
  /** tells commands where the server answers */
  publish(address: string): Promise<void>
  release(): Promise<void>
}

/** `in-use`: another program holds this data folder; `run` says where it answers, when it serves. */
export type LockFailure = { readonly code: 'in-use'; readonly run: RunFile }

/**
 * Takes the data folder for this process. A lock left by a process that is gone (crash, reboot) is taken over.
 * The file is made with O_EXCL, so of two programs starting at once one is refused.
 */
export async function lockDataFolder(folder: string): Promise<Result<DataLock, LockFailure>> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, RUN_FILE)
  const token = randomBytes(32).toString('base64url')
  const own: RunFile = { pid: process.pid, ...(await identityOf(process.pid)), address: null, token }
  for (;;) {
    const isTaken = await writeFile(path, JSON.stringify(own), { flag: 'wx', mode: 0o600 }).then(
      () => false,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return true
        throw error
      },
    )
    if (!isTaken) break
    const holder = await findRunning(folder)
    if (holder) return fail({ code: 'in-use', run: holder })
    await rm(path, { force: true })
  }
  return ok({
    token,
    publish: async (address) => {
      const next = `${path}.next`
      await writeFile(next, JSON.stringify({ ...own, address }), { mode: 0o600 })
      await rename(next, path)
    },
    release: () => rm(path, { force: true }),
  })
}

/** The program that holds this data folder now, if one does. */
export async function findRunning(folder: string): Promise<RunFile | undefined> {
  const text = await readFile(join(folder, RUN_FILE), 'utf8').catch(() => undefined)
  const parsed = text === undefined ? undefined : runFile.safeParse(parseJson(text))
  if (!parsed?.success) return undefined
  const now = await identityOf(parsed.data.pid)
  const isSame =
    now.bootId === parsed.data.bootId && now.startedTicks === parsed.data.startedTicks && now.startedTicks !== ''
  return isSame ? parsed.data : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A file cut short by a crash while it was written: its writer is gone.
    return undefined
  }
}

async function identityOf(pid: number): Promise<{ startedTicks: string; bootId: string }> {
  const [status, bootId] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
  ])
  // Field 22, counted after the command name, which may itself hold spaces and brackets.
  const startedTicks = status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return { startedTicks, bootId: bootId.trim() }
}
