import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type DemoAccount, meQuery } from '../../api/queries.ts'
import { sendJson } from '../../api/request.ts'
import { navigate } from '../../router/location.ts'
import { useText } from '../../text/setup-text.ts'
import { showToast } from '../../ui/toast.tsx'

/** Leaves the desk to another demo person, who arrives at `href`; nothing of the one before stays in memory. */
export function useEnterAs(href: string) {
  const { t } = useText()
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ account, password }: Pick<DemoAccount, 'account' | 'password'>) => {
      await sendJson('DELETE', '/api/session')
      await sendJson('POST', '/api/session', { account, password })
    },
    onSuccess: async () => {
      navigate(href)
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] })
      await client.resetQueries({ queryKey: meQuery.queryKey })
    },
    onError: async () => {
      showToast({ message: t('walk.failed') })
      await client.resetQueries({ queryKey: meQuery.queryKey })
    },
  })
}
