/** Writes a text into a file as `vm` does, for a test that kills it while the kernel takes its time. */
import { kernelWrite } from '../../src/host/kernel-write.js';

const [path = '', text = ''] = process.argv.slice(2);
await kernelWrite(path, text, 60);
