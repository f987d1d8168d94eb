from __future__ import annotations

from engine.storage import Index, all_permissions, clear_permissions, remove_permission, save_permission


def test_decisions_are_stored_replaced_and_forgotten(index: Index) -> None:
    save_permission(index, "https://a.test", "background-fetch", "prompt")
    save_permission(index, "https://a.test", "background-fetch", "denied")
    save_permission(index, "https://a.test", "notifications", "granted")
    save_permission(index, "https://b.test", "background-fetch", "granted")
    assert all_permissions(index) == {
        ("https://a.test", "background-fetch"): "denied",
        ("https://a.test", "notifications"): "granted",
        ("https://b.test", "background-fetch"): "granted",
    }
    remove_permission(index, "https://a.test", "notifications")
    assert ("https://a.test", "notifications") not in all_permissions(index)
    clear_permissions(index, "https://a.test")
    assert all_permissions(index) == {("https://b.test", "background-fetch"): "granted"}
