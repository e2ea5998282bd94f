//! One macro a port: a module of named tests, one for each clause function of its suite.

/// Makes the module; the macros below fill in the clauses.
#[doc(hidden)]
#[macro_export]
macro_rules! clauses {
    ($name:ident, $harness:expr, $suite:ident: $($clause:ident)*) => {
        mod $name {
            #[expect(unused_imports, reason = "a harness expression may name its path in full")]
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $clause() {
                    $crate::$suite::$clause($harness).await;
                }
            )*
        }
    };
}

/// Tests every clause of `RequestStore`: `request_store_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! request_store_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, requests:
            r_1_create_of_a_known_id_changes_nothing
            r_1_of_racing_creations_one_is_stored
            r_2_a_stale_update_conflicts_and_changes_nothing
            r_2_an_unknown_request_cannot_be_updated
            r_2_of_racing_updates_one_wins
            r_3_acknowledged_writes_survive_a_restart
            r_4_lists_come_in_order_of_creation
            r_4_filters_keep_what_they_ask_for
            r_4_pages_give_every_request_once
            r_4_pages_go_on_whatever_is_written_in_between
            r_5_a_request_is_found_by_its_patient_and_by_nothing_else
            r_5_terms_follow_the_record
            r_5_a_search_under_another_index_key_lacks_nothing
            r_5_reindex_beside_writers_loses_nothing
            r_6_counts_agree_with_the_list
            r_6_racing_writers_are_counted_once
            r_7_the_disk_does_not_show_the_terms
        }
    };
}

/// Tests every clause of `OrderStore`: `order_store_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! order_store_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, orders:
            o_1_a_known_revision_is_not_committed_again
            o_1_of_racing_commits_one_is_stored
            o_2_a_stale_update_conflicts
            o_2_of_racing_updates_one_wins
            o_3_a_closed_outcome_is_final
            o_3_the_outcome_of_a_request_without_orders_is_final
            o_4_orders_of_a_set_appear_together
        }
    };
}

/// Tests every clause of `SignatureStore`: `signature_store_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! signature_store_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, signatures:
            d_1_an_unknown_block_is_empty_at_version_0
            d_2_a_stale_write_conflicts
            d_2_of_racing_writers_one_wins
            d_2_writers_who_decide_again_lose_nothing
        }
    };
}

/// Tests every clause of `DeliveryStore`: `delivery_store_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! delivery_store_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, deliveries:
            v_1_the_first_receipt_stays
            v_1_racing_receipts_agree_on_one
            v_2_receipts_survive_a_restart
        }
    };
}

/// Tests every clause of `StepCache`: `step_cache_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! step_cache_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, steps:
            c_1_get_gives_back_what_put_took
            c_2_an_expired_entry_is_never_handed_out
            c_3_put_replaces
            c_3_of_racing_values_one_stands
            c_4_an_entry_survives_a_restart
            c_5_recognitions_beyond_the_bound_go_oldest_first
            c_6_a_swap_replaces_only_what_is_expected
            c_6_of_racing_swaps_none_is_lost
        }
    };
}

/// Tests every clause of `PageStore`: `page_store_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! page_store_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, pages:
            g_1_a_page_is_readable_at_once_and_survives
            g_2_put_again_replaces
            g_3_pages_come_in_order
            g_3_racing_pages_are_all_there
        }
    };
}

/// Tests every clause of `CodeMailbox`: `code_mailbox_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! code_mailbox_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, mailbox:
            m_1_a_code_is_handed_out_once
            m_1_of_racing_takers_one_gets_it
            m_2_only_the_windows_codes_are_candidates
            m_2_answers_to_earlier_questions_are_no_candidates
            m_2_subjects_tell_accounts_of_one_address_apart
            m_2_voided_codes_are_no_candidates
            m_3_different_codes_are_ambiguous_and_stay
            m_4_a_seen_id_is_not_stored_again
            m_4_of_racing_offers_one_is_stored
            m_5_codes_are_unreadable_on_disk
            m_5_notices_are_unreadable_on_disk
            m_6_a_notice_is_kept_once_until_it_is_dismissed
            m_6_of_racing_announcements_one_is_kept
            m_6_notices_and_codes_leave_each_other_alone
        }
    };
}

/// Tests every clause of `PortalLedger`: `portal_ledger_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! portal_ledger_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, ledger:
            l_1_an_attempt_is_on_disk_before_the_button_is_pressed
            l_1_too_many_unresolved_attempts_are_refused
            l_1_racing_attempts_stay_within_the_limit
            l_2_a_lock_survives_and_holds_for_its_credential_only
            l_3_abandoned_removes_the_newest_attempt
            l_3_success_clears_everything_and_counts
            l_3_unlock_clears_attempts_and_lock
            l_4_no_generation_comes_twice
            l_5_cookies_are_kept_unreadable
            l_6_a_hold_stands_until_it_is_ended
            l_7_kicks_count_once_a_stay_and_lock_in_the_end
            l_7_racing_reports_are_one_kick
        }
    };
}

/// Tests every clause of `CodeLines`: `code_lines_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! code_lines_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, code_lines:
            n_1_one_portal_holds_an_address
            n_1_a_lease_ends_by_itself
            n_1_of_racing_portals_one_gets_the_address
            n_2_who_waits_longest_is_next
            n_3_asking_is_the_holders_and_on_disk
            n_4_lines_survive_unreadable
        }
    };
}

/// Tests every clause of `Sealer`: `sealer_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! sealer_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, sealer:
            s_1_open_gives_back_what_seal_took
            s_2_anything_else_is_refused
            s_3_sealing_twice_gives_different_bytes
            s_4_keyed_hashes_are_stable_and_apart
            s_5_index_hashes_are_stable_and_apart
        }
    };
}

/// Tests every clause of `KeyWrapper`: `key_wrapper_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! key_wrapper_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, keys:
            k_1_unwrap_gives_back_what_wrap_took
            k_2_anything_else_is_refused
        }
    };
}

/// Tests every clause of `BlobStore`: `blob_store_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! blob_store_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, blobs:
            b_1_get_gives_back_what_put_took
            b_2_an_interrupted_put_leaves_all_or_nothing
            b_2_a_reader_never_sees_a_part
            b_3_the_same_bytes_have_one_address
            b_4_an_unknown_address_is_not_found
            b_5_damaged_content_is_refused
            b_6_the_disk_does_not_show_the_content
            b_7_a_class_has_addresses_of_its_own
        }
    };
}

/// Tests every clause of `WorkQueue`: `work_queue_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! work_queue_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, queue:
            q_1_a_leased_item_is_invisible
            q_1_racing_workers_never_hold_the_same_item
            q_2_an_item_comes_back_after_its_lease
            q_2_a_renewed_lease_holds
            q_3_an_old_token_is_lost_and_changes_nothing
            q_4_acknowledged_is_gone_and_enqueued_survives
            q_5_a_delayed_item_is_invisible_until_then
            q_5_a_released_item_waits_its_delay
            q_5_a_longer_delay_is_refused
            q_6_an_item_enqueued_twice_comes_at_most_twice
            q_6_an_item_enqueued_while_leased_comes_again
            q_7_the_empty_queue_gives_nothing
            q_8_an_item_never_acknowledged_is_given_up_and_kept
            q_8_dead_work_can_be_enqueued_anew
        }
    };
}

/// Tests every clause of `Destination`: `destination_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! destination_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, destination:
            t_1_a_repeat_gets_the_first_receipt
            t_1_racing_deliveries_are_one
            t_2_an_interrupted_delivery_leaves_all_or_nothing
            t_3_find_knows_every_delivery
        }
    };
}

/// Tests every clause of `EvidenceStore`: `evidence_store_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! evidence_store_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, evidence:
            e_1_what_was_kept_is_got_back
            e_2_a_list_is_newest_first
            e_3_purging_removes_what_is_older
            e_4_nothing_of_a_page_is_readable_on_disk
            e_5_beyond_the_most_the_oldest_goes_first
        }
    };
}

/// Tests every clause of `FaxFiles`: `fax_files_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! fax_files_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, fax:
            x_1_a_file_is_whole_and_a_repeat_changes_nothing
            x_2_the_first_record_stays
            x_2_racing_records_are_one
            x_3_a_record_is_sent_from_its_mark_on
        }
    };
}

/// Tests every clause of `FaxQueue`: `fax_queue_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! fax_queue_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, fax:
            y_1_a_message_that_was_taken_is_there
            y_2_a_repeat_is_the_same_message
        }
    };
}

/// Tests every clause of `AuditLog`: `audit_log_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! audit_log_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, audit:
            u_1_entries_are_at_the_end_and_survive_a_restart
            u_1_a_batch_is_stored_whole
            u_2_a_known_id_is_not_stored_again
            u_2_racing_repeats_are_one
            u_3_racing_appends_make_one_chain
            u_4_reads_come_in_order_page_by_page
            u_5_changes_past_the_port_are_found
            u_5_a_log_that_goes_on_after_a_cut_is_found
        }
    };
}

/// Tests every clause of `LanguageModel`: `language_model_suite!(module_name, harness_expression)`.
#[macro_export]
macro_rules! language_model_suite {
    ($name:ident, $harness:expr) => {
        $crate::clauses! { $name, $harness, model:
            w_1_a_whole_answer_comes_back_with_its_tokens
            w_1_what_is_asked_again_is_asked_again
            w_2_what_is_no_whole_answer_is_an_error_of_its_kind
            w_2_tokens_are_told_with_the_error
            w_3_busy_away_slow_and_denied_are_told_apart
            w_3_a_server_that_comes_back_answers
            w_4_neither_errors_nor_debug_show_the_text
            w_5_document_text_is_data
        }
    };
}
