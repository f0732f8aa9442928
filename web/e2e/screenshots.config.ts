/// The pictures of the guide instead of the tests. Of its own: what runs the tests' projects runs all tests.

import { defineConfig } from "vitest/config";
import compat from "./compat.config";

export default defineConfig({ ...compat, test: { ...compat.test, include: ["src/screenshots.ts"] } });
