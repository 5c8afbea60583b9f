import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { sendJson } from '../api/request.ts'
import { navigate } from '../router/location.ts'

/** Ends the session and forgets every answer held in this browser. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient()
  return () => signOut(client)
}

async function signOut(client: QueryClient): Promise<void> {
  await sendJson('DELETE', '/api/session')
  navigate('/')
  client.clear()
  // Nothing of what this person saw may stay in memory for the next one at this desk.
  window.location.reload()
}
