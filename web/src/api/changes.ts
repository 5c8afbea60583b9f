import { queryOptions } from '@tanstack/react-query'
import type { ChangeLine, ChangePage } from '../../../src/wire/change.ts'
import { getJson } from './request.ts'

export const changesQuery = queryOptions({
  queryKey: ['changes'],
  queryFn: ({ signal }) => getJson<{ readonly changes: readonly ChangeLine[] }>('/api/changes', signal),
})

export const changeQuery = (id: string) =>
  queryOptions({
    queryKey: ['changes', id],
    queryFn: ({ signal }) => getJson<ChangePage>(`/api/changes/${encodeURIComponent(id)}`, signal),
  })
