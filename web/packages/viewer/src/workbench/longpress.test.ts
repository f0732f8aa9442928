import { expect, it, vi } from "vitest";
import { longPress } from "./longpress";

const finger = (timeStamp: number, clientX = 10, isPrimary = true) => ({
  ...{ isPrimary, pointerType: "touch", clientX, clientY: 10, timeStamp },
});

it("a finger that rested is heard when it goes; one that moved, went soon or was joined, and a mouse, are not", () => {
  const heard = vi.fn();
  const press = longPress(heard);
  press.down(finger(0));
  press.move(finger(300, 14));
  press.up(finger(700));
  expect(heard.mock.calls).toEqual([[10, 10]]);
  press.down(finger(1000));
  press.move(finger(1100, 40));
  press.up(finger(2000));
  press.down(finger(3000));
  press.up(finger(3200));
  press.down(finger(4000));
  press.down(finger(4100, 90, false));
  press.up(finger(6000));
  press.up(finger(6001, 90, false));
  press.down(finger(7000));
  press.cancel();
  press.up(finger(9000));
  press.down({ ...finger(10_000), pointerType: "mouse" });
  press.up({ ...finger(12_000), pointerType: "mouse" });
  expect(heard).toHaveBeenCalledTimes(1);
  expect(press.last()).toEqual({ x: 10, y: 10 });
});

it("a finger whose end nobody told keeps the next one from nothing", () => {
  const heard = vi.fn();
  const press = longPress(heard);
  press.down(finger(0));
  press.down(finger(5000));
  press.up(finger(6000));
  expect(heard).toHaveBeenCalledTimes(1);
});
