"""Several processes over PostgreSQL: notices between them, their leases, and "drive this row" with Procrastinate.

The rows are the truth here too: a notice may be lost, and a job of Procrastinate's may be missing or there twice.
"""
