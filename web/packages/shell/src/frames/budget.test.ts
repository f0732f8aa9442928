import { describe, expect, it } from "vitest";
import { Budget } from "./budget.js";

function tenants(count: number, released: number[]) {
  return Array.from({ length: count }, (_, index) => ({ release: () => void released.push(index) }));
}

describe("the budget of frames", () => {
  it("gives up the one that was left first when there are too many", () => {
    const released: number[] = [];
    const budget = new Budget(3);
    const all = tenants(5, released);
    for (const tenant of all) {
      budget.near(tenant);
      budget.far(tenant);
    }
    expect(released).toEqual([0, 1]);
    expect(budget.size).toBe(3);
  });

  it("never gives up one that is near", () => {
    const released: number[] = [];
    const budget = new Budget(2);
    for (const tenant of tenants(10, released)) budget.near(tenant);
    expect(released).toEqual([]);
    expect(budget.size).toBe(10);
  });

  it("keeps the one that was seen again", () => {
    const released: number[] = [];
    const budget = new Budget(2);
    const [a, b, c] = tenants(3, released);
    if (!a || !b || !c) throw new Error("three");
    for (const tenant of [a, b]) {
      budget.near(tenant);
      budget.far(tenant);
    }
    budget.near(a);
    budget.near(c);
    expect(released).toEqual([1]);
  });

  it("counts none that is gone", () => {
    const released: number[] = [];
    const budget = new Budget(1);
    const [a, b] = tenants(2, released);
    if (!a || !b) throw new Error("two");
    budget.near(a);
    budget.gone(a);
    budget.near(b);
    budget.far(a);
    expect([released, budget.size]).toEqual([[], 1]);
  });
});
