/*
 * One build of four pages that share what they share; Element Plus is the platform's alone.
 * What comes out is carried in the program (tools/web_assets.py), so nothing here may be loaded
 * from elsewhere.
 */
import { fileURLToPath } from 'node:url'

import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vite'

import { regions } from './regions.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  base: '/',
  plugins: [
    vue(),
    regions(),
    Components({
      dirs: [],
      dts: false,
      resolvers: [ElementPlusResolver({ importStyle: 'css' })],
    }),
  ],
  resolve: { alias: { '@shared': here('./shared') } },
  define: { __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_I18N_LEGACY_API__: 'false' },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: false,
    rollupOptions: {
      /* How long the machine took is no fault of the sources, and no reason to refuse them. */
      checks: { bundlerTimings: false },
      input: {
        front: here('./index.html'),
        member: here('./member/index.html'),
        shop: here('./shop/index.html'),
        platform: here('./platform/index.html'),
      },
    },
  },
})
