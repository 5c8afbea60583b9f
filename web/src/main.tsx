import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { makeQueryClient } from './api/queries.ts'
import { App } from './frame/app.tsx'
import { applyPreferences } from './preferences/preferences.ts'
import { setupText } from './text/setup-text.ts'
import './styles/styles.css'

applyPreferences()
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
const text = await setupText()

createRoot(root).render(
  <StrictMode>
    <I18nextProvider i18n={text}>
      <QueryClientProvider client={makeQueryClient()}>
        <App />
      </QueryClientProvider>
    </I18nextProvider>
  </StrictMode>,
)
