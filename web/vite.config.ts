/*
 * One build of three pages that share what they share: member (Vant), shop, platform (Element Plus).
 * What comes out is carried in the program (tools/web_assets.py), so nothing here may be loaded
 * from elsewhere.
 */
import { fileURLToPath } from 'node:url'

import { VantResolver } from '@vant/auto-import-resolver'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Vant's icon font is in its style sheet; the second address it names is somebody else's server. */
function ownFontsOnly(): Plugin {
  return {
    name: 'own-fonts-only',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('/vant/') || !id.includes('.css')) return null
      return { code: code.replace(/,\s*url\((['"]?)(?:https?:)?\/\/[^)]*\)\s*format\([^)]*\)/g, ''), map: null }
    },
  }
}

export default defineConfig({
  base: '/',
  plugins: [
    ownFontsOnly(),
    vue(),
    Components({
      dirs: [],
      dts: false,
      resolvers: [VantResolver(), ElementPlusResolver({ importStyle: 'css' })],
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
