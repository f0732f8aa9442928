/// The pictures of the guide instead of the tests.

import { defineConfig } from "vitest/config";
import config from "./vitest.config";

export default defineConfig({ ...config, test: { ...config.test, include: ["src/screenshots.ts"] } });
