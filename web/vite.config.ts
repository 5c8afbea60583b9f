import localesPlugin from '@react-aria/optimize-locales-plugin'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const SERVER = 'http://127.0.0.1:8790'

export default defineConfig({
  root: import.meta.dirname,
  // Without the plugin React Aria's own strings fall back to Simplified Chinese under zh-TW-u-ca-roc.
  plugins: [{ ...localesPlugin.vite({ locales: ['zh-TW', 'en-US'] }), enforce: 'pre' }, react(), tailwindcss()],
  build: { outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 900 },
  server: { proxy: { '/api': SERVER } },
})
