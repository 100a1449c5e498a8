"""SQL for matters sent to the law firm."""
