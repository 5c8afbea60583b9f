import { createHmac } from 'node:crypto'
import type { QueryGate } from './create-gate.ts'
import { type ConnectorEntry, readConnectors } from './read-connectors.ts'

/** The databases named in keys/connectors.yaml, of which only those that two persons approved are used. */
export interface ListedConnectors {
  /** what people may read of an entry, with its digest; undefined: the file does not name it */
  listed(id: string): Promise<({ readonly [field: string]: string } & { readonly digest: string }) | undefined>
  isUsed(id: string): boolean
  /** Attaches exactly these (id → digest) and detaches the others; an entry that was edited since is left out. */
  use(approved: ReadonlyMap<string, string>): Promise<void>
}

/** `digestKey`: an entry holds a password, which a plain digest would let others guess. */
export function listedConnectors(
  gate: Pick<QueryGate, 'attach' | 'detach'>,
  path: string,
  digestKey: Buffer,
  log: (line: string) => void,
): ListedConnectors {
  const used = new Map<string, string>()
  const entries = async (): Promise<ReadonlyMap<string, ConnectorEntry>> => {
    const read = await readConnectors(path)
    if (!read.ok) throw new Error(read.error)
    return read.value
  }
  const digestOf = (entry: ConnectorEntry) =>
    createHmac('sha256', digestKey).update(entry.canonical).digest('hex').slice(0, 32)
  return {
    listed: async (id) => {
      const entry = (await entries()).get(id)
      return entry && { ...entry.words, digest: digestOf(entry) }
    },
    isUsed: (id) => used.has(id),
    use: async (approved) => {
      for (const id of [...used.keys()])
        if (used.get(id) !== approved.get(id)) {
          used.delete(id)
          await gate.detach(id)
        }
      for (const [id, entry] of await entries()) {
        const digest = digestOf(entry)
        if (approved.get(id) !== digest) {
          log(`gate: connector ${id} is not approved as it stands in the file; it is not used`)
        } else if (!used.has(id)) {
          await gate.attach(id, entry.open())
          used.set(id, digest)
        }
      }
    },
  }
}
