import type { Analytics } from '../../src/analytics/analytics.ts'
import type { Database, Queryable } from '../../src/database/database.ts'

/** Stores that kill this process (SIGKILL) before the n-th statement to either of them; `taken` says how many there were. */
export function dyingStores(step: number) {
  let taken = 0
  const dieAt = (): void => {
    taken += 1
    if (taken === step) process.kill(process.pid, 'SIGKILL')
  }
  const before =
    <Given extends unknown[], Answer>(act: (...given: Given) => Answer) =>
    (...given: Given): Answer => {
      dieAt()
      return act(...given)
    }
  const statements = (to: Queryable): Queryable => ({
    query: (...given) => {
      dieAt()
      return to.query(...given)
    },
  })
  const analytics = (store: Analytics): Analytics => ({
    rows: (sql, options) => {
      dieAt()
      return store.rows(sql, options)
    },
    stream: (sql, options) => {
      dieAt()
      return store.stream(sql, options)
    },
    command: before(store.command),
    insert: before(store.insert),
    insertFromFile: before(store.insertFromFile),
    close: store.close,
  })
  const database = (store: Database): Database => ({
    ...store,
    ...statements(store),
    upkeep: { ...store.upkeep, ...statements(store.upkeep) },
    transaction: async (work) => {
      const value = await store.transaction((tx) => work(statements(tx)))
      dieAt()
      return value
    },
  })
  return { analytics, database, taken: () => taken }
}
