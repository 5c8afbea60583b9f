import type { AccessPage, PathLink, PathNode } from '../../../../src/wire/access.ts'

/** One way from the officer towards the subject: through a record, or straight. */
export interface Trail {
  readonly toRecord: readonly PathLink[]
  /** null: the link goes straight from end to end */
  readonly record: PathNode | null
  readonly onwards: readonly PathLink[]
}
export interface Trails {
  readonly officers: readonly PathNode[]
  readonly trails: readonly Trail[]
  readonly subjects: readonly PathNode[]
}

/** The path told downwards, for pages too narrow to draw it. Every node and every link stands in it once. */
export function trailsOf({ nodes, links }: AccessPage['path']): Trails {
  const column = new Map(nodes.map(({ id, column: at }) => [id, at]))
  const records = nodes.filter((node) => node.column === 1)
  const touches = (link: PathLink, id: string): boolean => link.from === id || link.to === id
  const otherEnd = (link: PathLink, id: string): number => column.get(link.from === id ? link.to : link.from) ?? 0
  const told = new Set<PathLink>()
  const take = (wanted: (link: PathLink) => boolean): readonly PathLink[] => {
    const found = links.filter((link) => !told.has(link) && wanted(link))
    for (const link of found) told.add(link)
    return found
  }
  const through = records.map((record) => ({
    record,
    toRecord: take((link) => touches(link, record.id) && otherEnd(link, record.id) === 0),
    onwards: take((link) => touches(link, record.id)),
  }))
  const straight = take(() => true).map((link) => ({ toRecord: [link], record: null, onwards: [] }))
  return {
    officers: nodes.filter((node) => node.column === 0),
    trails: [...through, ...straight],
    subjects: nodes.filter((node) => node.column === 2),
  }
}
