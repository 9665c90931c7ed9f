import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const OUT = '../src/holin/web/bundle';
const PACKED = /\.(js|css|html|svg|json)$/;
const SMALL = 1024;

/** Writes each file of the bundle packed beside it, so that the server need not pack it for every visitor. */
function packed() {
  return {
    name: 'packed',
    apply: 'build',
    closeBundle() {
      for (const file of readdirSync(OUT, { recursive: true, withFileTypes: true })) {
        if (!file.isFile() || !PACKED.test(file.name)) continue;
        const path = join(file.parentPath, file.name);
        const bytes = readFileSync(path);
        if (bytes.length < SMALL) continue;
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
      }
    },
  };
}

export default defineConfig({
  plugins: [svelte({ configFile: false }), packed()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    assetsInlineLimit: 0, // the page's policy allows nothing inline
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700, // kB; the charts come late and whole
  },
  server: { proxy: { '/api': process.env.HOLIN_SERVER ?? 'http://127.0.0.1:8765' } },
});
