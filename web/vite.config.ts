import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig } from 'vite'

/** Where `vite` sends /graphql while developing: a running instance on its default port. */
const GATEWAY = 'http://127.0.0.1:4000'

export default defineConfig({
  base: '/console/',
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ['source', ...defaultClientConditions] },
  server: { proxy: { '/graphql': { target: GATEWAY, ws: true } } },
  build: {
    target: 'es2023',
    // GraphiQL's editor is one lazy chunk of megabytes; the first route has a budget of its own (test/budget.test.ts).
    chunkSizeWarningLimit: 4_000,
    reportCompressedSize: false,
  },
})
